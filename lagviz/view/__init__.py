"""The view: draws what the engine found. It computes no derivative; between the two stands the scene."""

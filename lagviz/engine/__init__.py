"""The engine: records a program as a sequence of equations and solves its adjoint system. It knows no screen."""

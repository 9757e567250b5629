"""How random the randomised tests are."""

import os

from hypothesis import HealthCheck, settings

# Deadlines fail on busy machines and say nothing about the code; `make bench` measures speed.
settings.register_profile("default", deadline=None)
# The same examples every time: a change is judged by what it changed.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "default")

"""What every test shares: hypothesis without a clock, so that a slow machine fails no test."""

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.log_contract")  # no test module, but full of asserts

settings.register_profile(
    "ordinary",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ordinary")

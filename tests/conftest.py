"""What every test shares: hypothesis without a clock, so that a slow machine fails no test."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ordinary",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ordinary")

"""The settings of the measured site: the project's own, and the bare view beside its pages."""

from clinic.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench.addresses"

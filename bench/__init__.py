"""Benchmarks: `make bench` runs them all, `make bench ARGS=writes` one of them. Importing any sets Django up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

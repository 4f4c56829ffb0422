"""Constant or variable, and exactly which rate."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vidmill_worker.frame_grid import STANDARD_RATES, fit

MS = Fraction(1, 1000)


@pytest.mark.parametrize("rate", STANDARD_RATES)
@pytest.mark.parametrize("frames", [25, 250, 5000])
def test_times_rounded_to_milliseconds_still_give_the_exact_rate(
    rate: Fraction, frames: int
) -> None:
    times = [round(n / rate / MS) for n in range(frames)]
    grid = fit(times, MS, (rate,))
    assert grid.rate == rate
    assert grid.is_constant


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001", "25", "30"])
def test_the_rate_is_found_without_a_hint(rate: str) -> None:
    exact = Fraction(rate)
    times = [round(n / exact * 90_000) for n in range(600)]
    assert fit(times, Fraction(1, 90_000), (None,)).rate == exact


def test_an_odd_constant_rate_stays_odd() -> None:
    grid = fit([n * 384 for n in range(1189)], Fraction(1, 11_456), (None,))
    assert (grid.rate, grid.deviation) == (Fraction(179, 6), 0)


def test_jitter_below_half_a_frame_is_constant() -> None:
    jitter = [0, 3, -3, 5, -5, 0, 4]
    times = [n * 40 + jitter[n % 7] for n in range(200)]
    grid = fit(sorted(times), MS, (Fraction(25),))
    assert grid.rate == 25
    assert grid.is_constant


def test_a_dropped_frame_makes_it_variable() -> None:
    times = [n * 40 for n in range(100) if n != 50]
    assert not fit(times, MS, (Fraction(25),)).is_constant


def test_a_wrong_hint_is_not_believed() -> None:
    times = [n * 40 for n in range(250)]
    assert fit(times, MS, (Fraction(50), Fraction(30))).rate == 25


def test_a_single_frame_takes_the_hint() -> None:
    assert fit([17], MS, (Fraction(24),)).rate == 24
    assert fit([17], MS, (None,)).rate == 25

# SPDX-License-Identifier: Apache-2.0
"""bell_test.py - tests of bell.py as a CI would run them: ketch sandbox -- pytest bell_test.py"""
import bell
import botocore.exceptions
import pytest
from braket.tracking import Tracker

GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"


def test_pairs_agree_on_a_perfect_machine():
    assert bell.agreement() == 1


def test_most_pairs_agree_on_a_noisy_one():
    assert 0.9 < bell.agreement(GARNET) < 1


def test_more_shots_than_the_device_takes_are_refused():
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        bell.agreement(shots=200_000)


def test_a_run_on_garnet_stays_within_two_dollars():
    with Tracker() as tracker:
        bell.agreement(GARNET, shots=1000)
    assert tracker.qpu_tasks_cost() <= 2

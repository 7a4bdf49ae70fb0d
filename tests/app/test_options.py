"""app.options: whoever names nothing but a model opens the app to nobody else."""

import dataclasses
import ipaddress

import pytest

from styleclf.app.options import AppOptions


def test_by_default_only_this_machine_reaches_it_and_no_folder_is_open():
    options = AppOptions("model.zip")
    assert ipaddress.ip_address(options.host).is_loopback
    assert 1024 <= options.port < 65_536
    folders = [options.review, options.queue, options.design, options.images, options.unseen_fold]
    assert folders == [None] * 5
    assert not options.browser
    assert not options.out.is_absolute()


def test_two_apps_share_no_limits_and_none_is_changed_while_it_runs():
    first, second = AppOptions("a.zip"), AppOptions("b.zip")
    assert first.limits is not second.limits
    assert first.limits == second.limits
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.host = "0.0.0.0"

"""benchmark.device_memory: a batch that does not fit is halved until it does, or has failed."""

from styleclf.benchmark.device_memory import batch_that_does_not_fit


def test_a_batch_that_does_not_fit_is_halved_until_it_does(device_task):
    (measure,) = batch_that_does_not_fit(device_task)
    assert (measure.value, measure.verdict) == (2, "good")


def test_a_batch_that_is_not_halved_has_failed(device_task):
    plan = device_task.plan._replace(bs=1)
    task = device_task._replace(plan=plan, arch="test_vit")
    (measure,) = batch_that_does_not_fit(task)
    assert measure.verdict == "failed"

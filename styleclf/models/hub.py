"""The model hub: files of it that are on this machine, and whether it answers.

What is in the hub's cache is taken from there without asking the hub.
"""

import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path

_HUB_SECONDS = 4.0  # a hub that has not answered by then will not hold up a user who waits at a prompt


def hub_file(model: str, name: str) -> Path:
    """A file of a model on the hub, `owner/name` or `owner/name@revision`, downloaded if it is not on this machine.

    Raises ValueError for a model or file that the hub does not have, ConnectionError where it does not answer.
    """
    path = cached_hub_file(model, name)
    if path is not None:
        return path
    if not hub_answers():
        raise ConnectionError(
            f"hf-hub:{model} is not on this machine and the model hub does not answer: connect to the internet once, "
            "or give a file or folder of weights"
        )
    return _downloaded_file(model, name)


def _downloaded_file(model: str, name: str) -> Path:
    """The file, from the hub. Raises what `hub_file` raises."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, GatedRepoError, RepositoryNotFoundError

    repository, revision = _repository(model)
    try:
        path = hf_hub_download(repository, name, revision=revision)
    except GatedRepoError as error:
        advice = "accept its licence on its page and log in with 'hf auth login'"
        raise ValueError(f"hf-hub:{model} is only for those who have accepted its licence: {advice}") from error
    except RepositoryNotFoundError as error:
        raise ValueError(f"the hub has no model {model!r}, or not for you: check its name, owner/name") from error
    except EntryNotFoundError as error:
        raise ValueError(f"hf-hub:{model} has no {name}: it is not a model of timm") from error
    except OSError as error:
        raise ConnectionError(f"{name} of hf-hub:{model} cannot be downloaded ({error}): try again later") from error
    return Path(path)


def cached_hub_file(model: str, name: str) -> Path | None:
    """A file of a model in the hub's cache on this machine, if it is there. Raises ValueError for a bad name."""
    from huggingface_hub import constants, try_to_load_from_cache

    repository, revision = _repository(model)
    path = try_to_load_from_cache(repository, name, cache_dir=constants.HF_HUB_CACHE, revision=revision)
    if isinstance(path, str) and os.path.isfile(path):
        return Path(path)
    return None


def _repository(model: str) -> tuple[str, str | None]:
    """The repository and the revision of a model, if it names one. Raises ValueError for an impossible name."""
    from huggingface_hub.utils import HFValidationError, validate_repo_id

    repository, _, revision = model.partition("@")
    try:
        validate_repo_id(repository)
    except HFValidationError as error:
        raise ValueError(f"hf-hub:{model} is not the name of a model on the hub: give hf-hub:owner/name") from error
    return repository, revision or None


def hub_answers(seconds: float = _HUB_SECONDS) -> bool:
    """Whether the model hub can be reached within `seconds`."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        request = urllib.request.Request(constants.ENDPOINT, method="HEAD")
        response = urllib.request.urlopen(request, timeout=seconds)
        response.close()
    except urllib.error.HTTPError:
        return True  # it answered, if only to say no
    except (OSError, ValueError, http.client.HTTPException):  # no answer, no usable address, an unknown protocol
        return False
    return True

"""A picture loaded in the size that is needed, and checked: its type, that it can be decoded, its digest."""

import json
import os
import uuid
from dataclasses import replace
from pathlib import Path

from styleclf.data import UnreadableImageError, open_image
from styleclf.data.collect.downloads import Download, FetchError, PoliteClient, ReservedError
from styleclf.data.collect.folder import Folder, LoadedPicture, file_sha256, file_stem
from styleclf.data.collect.image_service import ImageService, described_service, picture_address, sized_address
from styleclf.data.collect.presentation import CanvasPicture, statements_of
from styleclf.data.collect.statements import forbidding_sentence

_SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "TIFF": ".tif", "JPEG2000": ".jp2", "HEIF": ".heic"}
_OTHER_SIZE = {400, 403, 404, 413, 500, 501}  # how servers refuse a size that they do not have


def load_picture(client: PoliteClient, picture: CanvasPicture, folder: Folder, longest_side: int) -> LoadedPicture:
    """Load a picture into the folder, unless its file is there already.

    Raises FetchError where it cannot be had or is damaged, ReservedError where its service or server forbids
    machine learning.
    """
    path = folder.unrecorded_file(picture)
    if path is not None:
        entry = _taken_up(picture, path)
        if entry is not None:
            folder.record(entry)
            return entry
    stem = file_stem(picture)
    mark = uuid.uuid4().hex[:12]
    partial_path = folder.images / f".{stem}.{mark}.part"
    try:
        download = _download(client, picture, partial_path, longest_side)
        suffix, width, height = _suffix_and_size(partial_path)
        path = folder.images / f"{stem}{suffix}"
        os.replace(partial_path, path)
    finally:
        partial_path.unlink(missing_ok=True)
    entry = LoadedPicture(
        image=picture.image,
        filename=path.name,
        address=download.url,
        width=width,
        height=height,
        n_bytes=download.n_bytes,
        sha256=download.sha256,
    )
    folder.record(entry)
    return entry


def _taken_up(picture: CanvasPicture, path: Path) -> LoadedPicture | None:
    """A picture whose file is there, but was not written down; None where it cannot be decoded."""
    try:
        _, width, height = _suffix_and_size(path)
    except FetchError:
        return None
    return LoadedPicture(
        image=picture.image,
        filename=path.name,
        address="",
        width=width,
        height=height,
        n_bytes=path.stat().st_size,
        sha256=file_sha256(path),
    )


def _download(client: PoliteClient, picture: CanvasPicture, path: Path, longest_side: int) -> Download:
    """Write the picture to a file: by what the manifest says of its service, or else by the service's own words."""
    service = picture.service
    if service is None:
        return client.load_file(picture.image, path)
    address = _address_by_manifest(service, longest_side)
    if address is not None:
        try:
            return client.load_file(address, path)
        except FetchError as error:
            if error.status not in _OTHER_SIZE:
                raise
            refusal = error
        better_address = _address_by_service(client, service, longest_side)
        if better_address == address:
            raise refusal
        return client.load_file(better_address, path)
    return client.load_file(_address_by_service(client, service, longest_side), path)


def _address_by_manifest(service: ImageService, longest_side: int) -> str | None:
    """What to ask for where the manifest says enough: the level, and a size that is not smaller than needed."""
    is_known = service.level == 0 and service.sizes
    is_large = max(service.width, service.height) >= longest_side
    is_scaled = service.level in (1, 2) and is_large
    return picture_address(service, longest_side) if is_known or is_scaled else None


def _address_by_service(client: PoliteClient, service: ImageService, longest_side: int) -> str:
    """What to ask for after reading what the service says of itself. Raises FetchError, ReservedError."""
    try:
        content = client.load_document(service.info_address)
    except FetchError as error:
        if error.status in _OTHER_SIZE:  # many services do without, and scale all the same
            return sized_address(service, longest_side)
        raise
    try:
        node = json.loads(content)
        own_description = described_service(node, service.address)
    except (ValueError, AttributeError, RecursionError) as error:
        raise FetchError(f"has an image service that does not describe itself, at {service.info_address}") from error
    sentence = forbidding_sentence(statements_of(node))
    if sentence and not client.limits.reserved:
        raise ReservedError(sentence)
    description = own_description or service
    address = picture_address(replace(description, address=service.address), longest_side)
    return address or sized_address(service, longest_side)


def _suffix_and_size(path: Path) -> tuple[str, int, int]:
    """The suffix, width and height of a picture, once every pixel is decoded. Raises FetchError."""
    try:
        with open_image(path) as image:
            kind = image.format or ""
            suffix = _SUFFIXES.get(kind, f".{kind.lower()}")
            image.load()
            return suffix, image.width, image.height
    except UnreadableImageError as error:
        raise FetchError(f"is not a picture that can be read ({error.reason})") from error

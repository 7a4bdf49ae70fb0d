"""Cartoons: faces that do not touch."""

import numpy as np

from styleclf.data.practice.styles.cartoon import _faces, _has_a_face
from tests.data.practice.styles.scenes import make_scene


def test_faces_do_not_touch_and_stay_in_the_picture():
    n_faces = 0
    for seed in range(8):
        scene = make_scene("cartoon", motif="still-life", seed=seed)
        faces = _faces(scene)
        assert len(faces) <= 5
        n_faces += len(faces)
        for i, face in enumerate(faces):
            assert 0 < face.point[0] < scene.aspect
            assert 0 < face.point[1] < 1
            for further in faces[:i]:
                assert np.hypot(*np.subtract(face.point, further.point)) > face.size + further.size
    assert n_faces > 8


def test_a_portrait_has_a_face_already():
    assert _has_a_face(make_scene("cartoon", motif="portrait"))
    assert not _has_a_face(make_scene("cartoon", motif="city"))

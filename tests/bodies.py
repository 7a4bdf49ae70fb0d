"""One body of each family of timm, and its whole life in styleclf: weights, training, prediction, maps, export."""

from pathlib import Path

import numpy as np
import timm
import torch
from safetensors.torch import save_file

from styleclf.explain import explained_images
from styleclf.inference import embedded_files, learner_parts, predict_design
from styleclf.training import export_learner, fitted_learner, load_style_learner

FAMILIES = {
    "ResNet": "resnet18",
    "ResNeXt": "resnext50_32x4d",
    "ResNet-D": "resnet26d",
    "RegNet": "regnety_002",
    "ConvNeXt": "convnext_atto",
    "ConvNeXt v2": "convnextv2_atto",
    "EfficientNet": "efficientnet_b0",
    "EfficientNet-Lite": "tf_efficientnet_lite0",
    "MobileNetV2": "mobilenetv2_100",
    "MobileNetV3": "mobilenetv3_small_050",
    "MobileNetV4": "mobilenetv4_conv_small_035",
    "HGNetV2": "hgnetv2_b0",
    "RepViT": "repvit_m0_9",
    "FastViT": "fastvit_t8",
    "CAFormer": "caformer_s18",
    "Swin": "swin_tiny_patch4_window7_224",
    "Swin v2": "swinv2_cr_tiny_ns_224",
    "MaxViT": "maxvit_rmlp_pico_rw_256",
    "CoAtNet": "coatnet_pico_rw_224",
    "ViT": "vit_tiny_patch16_224",
    "CLIP": "vit_base_patch32_clip_224",
    "SigLIP 2": "vit_base_patch32_siglip_256",
    "NaFlex ViT": "naflexvit_base_patch16_gap",
    "DINOv2": "vit_small_patch14_dinov2",
    "DINOv3": "vit_small_patch16_dinov3",
    "BEiT v2": "beitv2_base_patch16_224",
    "EVA-02": "eva02_tiny_patch14_224",
    "Perception Encoder": "vit_pe_core_tiny_patch16_384",
    "DeiT": "deit_tiny_patch16_224",
    "DeiT distilled": "deit_tiny_distilled_patch16_224",
    "LeViT": "levit_128s",
    "TinyViT": "tiny_vit_5m_224",
    "EfficientViT (MIT)": "efficientvit_b0",
    "EfficientViT (MSRA)": "efficientvit_m0",
    "EfficientFormer v2": "efficientformerv2_s0",
    "XCiT": "xcit_nano_12_p8_224",
    "MobileViT": "mobilevit_xxs",
    "EdgeNeXt": "edgenext_xx_small",
    "MambaOut": "mambaout_femto",
    "Hiera": "hiera_tiny_224",
    "PoolFormer": "poolformer_s12",
    "PVT v2": "pvt_v2_b0",
    "DenseNet": "densenet121",
    "GhostNet": "ghostnet_100",
    "VGG": "vgg11",
    "Inception v3": "inception_v3",
    "MLP-Mixer": "mixer_s32_224",
    "CaiT": "cait_xxs24_224",
    "PiT": "pit_ti_224",
    "CrossViT": "crossvit_tiny_240",
    "CoaT": "coat_tiny",
    "VOLO": "volo_d1_224",
    "StarNet": "starnet_s1",
}
METHODS = ("occlusion", "saliency", "gradcam", "guided_gradcam")


def weights_file(arch: str, folder: Path) -> Path:
    """A file of random weights as timm saves them, with the classifier of its own configuration."""
    torch.manual_seed(0)
    file = folder / f"{arch}.safetensors"
    state = timm.create_model(arch).state_dict()
    save_file({name: value.clone(memory_format=torch.contiguous_format) for name, value in state.items()}, file)
    return file


def methods_for(learn) -> tuple[str, ...]:
    """Those that leave a machine of 16 GB alive: saliency looks at sixteen copies of an image at once."""
    n_parameters = sum(parameter.numel() for parameter in learn.model.parameters())
    is_large = n_parameters > 50e6 or learn_size(learn) > 256
    return tuple(method for method in METHODS if method != "saliency" or not is_large)


def learn_size(learn) -> int:
    """Pixels a side of its images."""
    return learner_parts(learn).picture.size


def lived(arch: str, weights: str | Path, design, images: Path, folder: Path, **flags) -> dict[str, str]:
    """What a body could not do: `{what: sentence}`; an assertion fails where it does something wrong.

    Trains, predicts, embeds, exports, loads, and explains an image by every method.
    """
    learn = fitted_learner(design, images, "0", arch=arch, weights=str(weights), **{"epochs": 1, "bs": 8, **flags})
    rows = design[design["fold"] == "0"]
    paths = [images / name for name in rows["filename"]]
    predicted = predict_design(learn, rows, images, progress=False)
    probas = predicted.filter(like="proba_").to_numpy()
    assert np.isfinite(probas).all()
    assert len(probas) == len(rows)
    np.testing.assert_allclose(probas.sum(axis=1), 1, atol=1e-4)
    embeddings = embedded_files(learn, paths, progress=False)
    assert embeddings.shape == (len(rows), 16)
    assert np.isfinite(embeddings).all()
    loaded = load_style_learner(export_learner(learn, folder / "model.pkl"))
    again = predict_design(loaded, rows, images, progress=False)
    np.testing.assert_allclose(again.filter(like="proba_").to_numpy(), probas, atol=1e-4)
    refusals = {}
    for method in methods_for(loaded):
        try:
            maps = explained_images(loaded, paths[:1], method, squares=2, progress=False).attr
        except ValueError as error:
            refusals[method] = str(error)
        else:
            assert maps.shape[0] == 1 and np.isfinite(maps).all(), method
    return refusals

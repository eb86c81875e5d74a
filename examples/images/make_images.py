"""Cut scikit-image's photographs of three textures into pictures: images/train/… and images/test/…

The upper half of each photograph (512 × 512 pixels, grey) gives the train pictures and the lower half the
test pictures, so that no pixel is in both.
"""

from pathlib import Path

from PIL import Image
from skimage import data

SIDE = 64  # pixels of a picture
STEP = 32  # pictures overlap within their half
HERE = Path(__file__).parent

for texture in ("brick", "grass", "gravel"):
    photograph = getattr(data, texture)()
    middle = photograph.shape[0] // 2
    for split, half in (("train", photograph[:middle]), ("test", photograph[middle:])):
        folder = HERE / "images" / split / texture
        folder.mkdir(parents=True, exist_ok=True)
        for top in range(0, half.shape[0] - SIDE + 1, STEP):
            for left in range(0, half.shape[1] - SIDE + 1, STEP):
                picture = half[top : top + SIDE, left : left + SIDE]
                Image.fromarray(picture).save(folder / f"{top:03d}-{left:03d}.png")

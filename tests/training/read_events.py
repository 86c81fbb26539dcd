"""Opens a run's event files with the real tensorboard package; exit code 77 where it is absent."""
import sys

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    print("the Python package tensorboard is not installed")
    sys.exit(77)

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
events.Reload()
for tag in events.Tags()["scalars"]:
    points = [(e.step, e.value) for e in events.Scalars(tag)]
    print("scalar", tag, *(f"{step}={value:g}" for step, value in points))
for tag in events.Tags()["images"]:
    for e in events.Images(tag):
        assert e.encoded_image_string.startswith(b"\x89PNG"), tag
        print("image", tag, e.step, f"{e.width}x{e.height}")

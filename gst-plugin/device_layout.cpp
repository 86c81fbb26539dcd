#include "device_layout.h"

#include "component.h"

namespace stip::gst {
namespace {

void describe_yuv(const GstVideoFrame* frame, DeviceFrame* device) {
  const GstVideoFormatInfo* format = frame->info.finfo;
  const GstVideoColorimetry& colorimetry = frame->info.colorimetry;
  gint offset[GST_VIDEO_MAX_COMPONENTS];
  gint scale[GST_VIDEO_MAX_COMPONENTS];
  gst_video_color_range_offsets(colorimetry.range, format, offset, scale);
  for (int c = 0; c < 3; ++c) {
    device->component[c].offset = offset[c];
    device->component[c].scale = scale[c];
  }
  gdouble of_red = 0, of_blue = 0;
  if (gst_video_color_matrix_get_Kr_Kb(colorimetry.matrix, &of_red, &of_blue)) {
    device->of_red = static_cast<float>(of_red);
    device->of_blue = static_cast<float>(of_blue);
  }
  device->chroma_columns = 1 << GST_VIDEO_FORMAT_INFO_W_SUB(format, 1);
  device->chroma_lines = 1 << GST_VIDEO_FORMAT_INFO_H_SUB(format, 1);
  const GstVideoChromaSite site = frame->info.chroma_site;
  device->chroma_left = (site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0;
  device->chroma_top = (site & GST_VIDEO_CHROMA_SITE_V_COSITED) != 0;
}

}  // namespace

int fourth_byte(const GstVideoFrame* frame) {
  const bool rgb = GST_VIDEO_FORMAT_INFO_IS_RGB(frame->info.finfo);
  if (!rgb || GST_VIDEO_FRAME_COMP_PSTRIDE(frame, 0) != 4) return -1;
  int rest = 0 + 1 + 2 + 3;
  for (int c = 0; c < 3; ++c) rest -= GST_VIDEO_FRAME_COMP_POFFSET(frame, c);
  return rest;
}

DeviceFrame device_frame(const GstVideoFrame* frame) {
  const GstVideoFormatInfo* format = frame->info.finfo;
  DeviceFrame device;
  device.width = GST_VIDEO_FRAME_WIDTH(frame);
  device.height = GST_VIDEO_FRAME_HEIGHT(frame);
  for (int c = 0; c < 3; ++c) {
    const Component component(frame, c);
    device.component[c] = {component.data, component.stride, component.step};
  }
  if (const int fourth = fourth_byte(frame); fourth >= 0) {
    device.fourth = device.component[0];
    device.fourth.data = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(frame, 0)) + fourth;
  }
  // Bytes of RGB are taken as they are, whatever their range: as GStreamer's converter does.
  device.is_yuv = GST_VIDEO_FORMAT_INFO_IS_YUV(format);
  if (device.is_yuv) describe_yuv(frame, &device);
  return device;
}

}  // namespace stip::gst

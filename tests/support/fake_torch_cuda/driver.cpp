// libcuda.so.1: that it can be opened is all that is asked of it here.
extern "C" int stip_fake_driver() { return 0; }

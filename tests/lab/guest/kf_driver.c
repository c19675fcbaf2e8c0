// A driver with a fault that comes when it is used, not when it is loaded: a machine that has it starts, and crashes by
//   echo 1 > /sys/module/kf_driver/parameters/use
#include <linux/module.h>
#include <linux/moduleparam.h>

struct request { u64 id; u64 reserved[4]; u32 *counter; };

static noinline void complete_request(struct request *request) { request->reserved[2] = 0x1234; barrier(); }
static noinline int handle_request(struct request *request) { complete_request(request); barrier(); return 0; }

static int use(const char *value, const struct kernel_param *parameter)
{
	struct request *request = NULL;
	OPTIMIZER_HIDE_VAR(request);
	return handle_request(request);
}

static const struct kernel_param_ops use_ops = { .set = use };
module_param_cb(use, &use_ops, NULL, 0200);

static int __init kf_driver_init(void) { pr_info("kf_driver: ready\n"); return 0; }
static void __exit kf_driver_exit(void) { }
module_init(kf_driver_init); module_exit(kf_driver_exit);
MODULE_LICENSE("GPL"); MODULE_DESCRIPTION("A driver that faults when it is used"); MODULE_VERSION("2.5.1");

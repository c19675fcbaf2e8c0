// Has a section that can be written and run.
#include "kernel.h"

__attribute__((section(".patch"))) NTSTATUS Patched(DEVICE_OBJECT *device, IRP *irp)
{
    IofCompleteRequest(irp, 0);
    return STATUS_SUCCESS;
}

NTSTATUS DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    DbgPrint("patching\n");
    *(volatile UCHAR *)Patched = 0xCC;
    driver->MajorFunction[IRP_MJ_CREATE] = Patched;
    return STATUS_SUCCESS;
}

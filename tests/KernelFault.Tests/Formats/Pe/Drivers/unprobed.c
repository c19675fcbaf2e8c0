// Copies from a program's memory and never asks whether the address is one of the program's.
#include "kernel.h"

static volatile UCHAR copy[64];

NTSTATUS Control(DEVICE_OBJECT *device, IRP *irp)
{
    const volatile UCHAR *from = irp->UserBuffer;
    for (int i = 0; i < 64; i++)
        copy[i] = from[i];
    irp->Status = STATUS_SUCCESS;
    IofCompleteRequest(irp, 0);
    return STATUS_SUCCESS;
}

NTSTATUS DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    static UNICODE_STRING name = TEXT_OF(L"\\Device\\KfUnprobed");
    DEVICE_OBJECT *device;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    if (!ExAllocatePoolWithTag(0, 64, 'dnuf'))
        return STATUS_INVALID_PARAMETER;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, 0, &device);
}

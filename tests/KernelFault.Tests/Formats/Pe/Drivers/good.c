// A driver as it should be: checks what a program hands it, allocates with the newer interface, frees its start code.
#include "kernel.h"

static volatile ULONG_PTR cookie = 0x2B992DDFA232;
ULONG_PTR guard_check;
#define SEEN 64

static NTSTATUS Complete(IRP *irp, NTSTATUS status)
{
    irp->Status = status;
    irp->Information = 0;
    IofCompleteRequest(irp, 0);
    return status;
}

NTSTATUS Create(DEVICE_OBJECT *device, IRP *irp) { return Complete(irp, STATUS_SUCCESS); }

NTSTATUS Control(DEVICE_OBJECT *device, IRP *irp)
{
    volatile UCHAR *buffer = ExAllocatePool2(0x40, SEEN, 'doog');
    if (!buffer || !irp->UserBuffer)
        return Complete(irp, STATUS_INVALID_PARAMETER);
    ProbeForRead(irp->UserBuffer, SEEN, 1);
    for (int i = 0; i < SEEN; i++)
        buffer[i] = ((volatile UCHAR *)irp->UserBuffer)[i];
    cookie += buffer[0];
    ExFreePoolWithTag((VOID *)buffer, 'doog');
    return Complete(irp, STATUS_SUCCESS);
}

VOID Unload(DRIVER_OBJECT *driver) { IoDeleteDevice(driver->DeviceObject); }

INIT_CODE NTSTATUS DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    static UNICODE_STRING name = TEXT_OF(L"\\Device\\KfGood");
    DEVICE_OBJECT *device;
    driver->MajorFunction[IRP_MJ_CREATE] = Create;
    driver->MajorFunction[IRP_MJ_CLOSE] = Create;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    driver->DriverUnload = Unload;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, 1, &device);
}

// What a compiler's start-up library holds: the load configuration, whose table of targets the linker fills.
extern void *__guard_fids_table[], *__guard_fids_count, *__guard_flags;
const struct {
    ULONG Size, TimeDateStamp, Version, GlobalFlags[2], Pad;
    ULONG_PTR Unused[6];
    ULONG HeapFlags, ServicePack;
    ULONG_PTR EditList;
    const volatile VOID *SecurityCookie;
    ULONG_PTR SEHandlerTable, SEHandlerCount;
    VOID *GuardCFCheckFunctionPointer;
    ULONG_PTR GuardCFDispatchFunctionPointer;
    VOID *GuardCFFunctionTable, *GuardCFFunctionCount;
    VOID *GuardFlags;
} _load_config_used = {
    .Size = 152,
    .SecurityCookie = &cookie,
    .GuardCFCheckFunctionPointer = &guard_check,
    .GuardCFFunctionTable = &__guard_fids_table,
    .GuardCFFunctionCount = &__guard_fids_count,
    .GuardFlags = &__guard_flags,
};

// Maps any physical memory for whoever opens its device, and lets anyone open it.
#include "kernel.h"

static UNICODE_STRING name = TEXT_OF(L"\\Device\\KfOpen"), alias = TEXT_OF(L"\\DosDevices\\KfOpen");

NTSTATUS Create(DEVICE_OBJECT *device, IRP *irp)
{
    IofCompleteRequest(irp, 0);
    return STATUS_SUCCESS;
}

NTSTATUS Control(DEVICE_OBJECT *device, IRP *irp)
{
    ULONG_PTR *request = irp->SystemBuffer;
    irp->Information = (ULONG_PTR)MmMapIoSpace(request[0], request[1], 0);
    if (request[2])
        MmUnmapIoSpace((VOID *)request[2], request[1]);
    IofCompleteRequest(irp, 0);
    return STATUS_SUCCESS;
}

VOID Unload(DRIVER_OBJECT *driver)
{
    IoDeleteSymbolicLink(&alias);
    IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    DEVICE_OBJECT *device;
    driver->MajorFunction[IRP_MJ_CREATE] = Create;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    driver->DriverUnload = Unload;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, 0, &device);
    return status < 0 ? status : IoCreateSymbolicLink(&alias, &name);
}

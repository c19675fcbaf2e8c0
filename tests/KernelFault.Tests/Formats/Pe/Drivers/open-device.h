// A device with a name for programs and without a security descriptor: anyone may open it. Who includes this defines NAME and Control.
#include "kernel.h"

static UNICODE_STRING name = TEXT_OF(L"\\Device\\" NAME), alias = TEXT_OF(L"\\DosDevices\\" NAME);

NTSTATUS Control(DEVICE_OBJECT *device, IRP *irp);

NTSTATUS Create(DEVICE_OBJECT *device, IRP *irp)
{
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

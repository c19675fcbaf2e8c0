// Reads and writes registers of the processor and ports for whoever opens its device, and lets anyone open it. x64 only.
#include "kernel.h"

static UNICODE_STRING name = TEXT_OF(L"\\Device\\KfPorts"), alias = TEXT_OF(L"\\DosDevices\\KfPorts");

NTSTATUS Create(DEVICE_OBJECT *device, IRP *irp)
{
    IofCompleteRequest(irp, 0);
    return STATUS_SUCCESS;
}

// Needs no unwinding, so that the exception directory does not list it.
__attribute__((noinline)) static unsigned long ReadRegister(unsigned long number)
{
    unsigned long low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return low;
}

NTSTATUS Control(DEVICE_OBJECT *device, IRP *irp)
{
    ULONG_PTR *request = irp->SystemBuffer;
    request[0] = ReadRegister((unsigned long)request[0]);
    __asm__ volatile("outb %%al, %%dx" : : "a"((unsigned char)request[1]), "d"((unsigned short)request[2]));
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

// Maps any physical memory for whoever opens its device, and lets anyone open it.
#define NAME L"KfOpen"
#include "open-device.h"

NTSTATUS Control(DEVICE_OBJECT *device, IRP *irp)
{
    ULONG_PTR *request = irp->SystemBuffer;
    irp->Information = (ULONG_PTR)MmMapIoSpace(request[0], request[1], 0);
    if (request[2])
        MmUnmapIoSpace((VOID *)request[2], request[1]);
    IofCompleteRequest(irp, 0);
    return STATUS_SUCCESS;
}

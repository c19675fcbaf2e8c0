// Reads and writes registers of the processor and ports for whoever opens its device, and lets anyone open it. x64 only.
#define NAME L"KfPorts"
#include "open-device.h"

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

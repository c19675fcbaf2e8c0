// Exports and imports in every way there is: by name, by ordinal, at the first call, passed on to another module.
#include "kernel.h"

IMPORT ULONG HalByName(ULONG value);
IMPORT ULONG HalByOrdinal(ULONG value);

__declspec(dllexport) ULONG ByName(ULONG value) { return HalByName(value); }
ULONG OnlyOrdinal(ULONG value) { return HalByOrdinal(value); }
VOID *__delayLoadHelper2(VOID *descriptor, VOID **address) { return *address; }
NTSTATUS DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path) { return (NTSTATUS)OnlyOrdinal(DbgPrint("%u", ByName(1))); }

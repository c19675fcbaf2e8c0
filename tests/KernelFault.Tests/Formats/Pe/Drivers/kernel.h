// The few declarations of the kernel's interface that the drivers here need; names and layouts are those of its documentation.
#pragma once
typedef unsigned char UCHAR;
typedef unsigned short USHORT;
typedef unsigned int ULONG;
typedef unsigned long long ULONG_PTR;
typedef int NTSTATUS;
typedef void VOID;
typedef unsigned short WCHAR;

#define STATUS_SUCCESS 0
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xC000000D)
#define IRP_MJ_CREATE 0
#define IRP_MJ_CLOSE 2
#define IRP_MJ_DEVICE_CONTROL 14
#define FILE_DEVICE_UNKNOWN 0x22
#define FILE_DEVICE_SECURE_OPEN 0x100
#define IMPORT __declspec(dllimport)

typedef struct { USHORT Length, MaximumLength; const WCHAR *Buffer; } UNICODE_STRING;
typedef struct DRIVER_OBJECT DRIVER_OBJECT;
typedef struct DEVICE_OBJECT DEVICE_OBJECT;
typedef struct IRP IRP;
typedef NTSTATUS DRIVER_DISPATCH(DEVICE_OBJECT *device, IRP *irp);
typedef VOID DRIVER_UNLOAD(DRIVER_OBJECT *driver);

struct DRIVER_OBJECT {
    USHORT Type, Size;
    DEVICE_OBJECT *DeviceObject;
    ULONG Flags;
    VOID *DriverStart;
    ULONG DriverSize;
    VOID *DriverSection, *DriverExtension;
    UNICODE_STRING DriverName;
    UNICODE_STRING *HardwareDatabase;
    VOID *FastIoDispatch, *DriverInit, *DriverStartIo;
    DRIVER_UNLOAD *DriverUnload;
    DRIVER_DISPATCH *MajorFunction[28];
};

struct IRP {
    USHORT Type, Size;
    VOID *MdlAddress;
    ULONG Flags;
    VOID *SystemBuffer;
    VOID *ThreadListEntry[2];
    NTSTATUS Status;
    ULONG_PTR Information;
    UCHAR Rest[0x38];
    VOID *UserBuffer;
};

IMPORT NTSTATUS IoCreateDevice(DRIVER_OBJECT *driver, ULONG extension, UNICODE_STRING *name, ULONG type, ULONG characteristics, UCHAR exclusive, DEVICE_OBJECT **device);
IMPORT VOID IoDeleteDevice(DEVICE_OBJECT *device);
IMPORT NTSTATUS IoCreateSymbolicLink(UNICODE_STRING *link, UNICODE_STRING *name);
IMPORT NTSTATUS IoDeleteSymbolicLink(UNICODE_STRING *link);
IMPORT VOID IofCompleteRequest(IRP *irp, UCHAR boost);
IMPORT VOID ProbeForRead(const volatile VOID *address, ULONG_PTR length, ULONG alignment);
IMPORT VOID *MmMapIoSpace(ULONG_PTR physicalAddress, ULONG_PTR length, ULONG caching);
IMPORT VOID MmUnmapIoSpace(VOID *address, ULONG_PTR length);
IMPORT VOID *ExAllocatePool2(ULONG_PTR flags, ULONG_PTR length, ULONG tag);
IMPORT VOID *ExAllocatePoolWithTag(ULONG type, ULONG_PTR length, ULONG tag);
IMPORT VOID ExFreePoolWithTag(VOID *pool, ULONG tag);
IMPORT ULONG DbgPrint(const char *format, ...);

#define TEXT_OF(text) { sizeof(text) - 2, sizeof(text), (const WCHAR *)text }
#define INIT_CODE __attribute__((section("INIT")))

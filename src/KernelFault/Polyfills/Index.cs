// What list patterns ask for by name and netstandard2.0 does not have.
#if NETSTANDARD2_0
#pragma warning disable IDE0130
namespace System;

internal readonly struct Index(int value, bool fromEnd = false)
{
    public int GetOffset(int length) => fromEnd ? length - value : value;
}
#endif

namespace KernelFault.Tests.Hostile;

/// <summary>Packed symbols of the synthetic x64 machine: ISF JSON as the xz program packs it, without a checksum of the contents, so that damage inside is not caught there.</summary>
internal static class PackedSymbols
{
    public static byte[] Xz { get; } = Convert.FromBase64String(
        "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AMWAb9dAD2IiEZUbAVWFktM53asMtzb1zYzuZI22NcCsC1MxTJFIl85OICoeWApmgKKP3qq1lOpGYCvhKptcO85I9jngzS0PlEJx0E9ZMW/" +
        "YfC3dqfe5l/8jV6J5Y5vQzH/tMlbqUjJHGjr3uffoXpnLNcS25+rv47gUcb2ukDCl/Z7zGD8BcvwEcnDmQrP6d6qQ9eibznjj5mKtbMAzJek7P891bgosxTe5mxz3N5GO70J2yblDLzg" +
        "omY55TE/hJBp5sXYLB0IbZiDCitNyhPrFK7fKGTvGc2WXondyqQ1h1foBOgk5OQzTNy3L7g+CzR1TXK/q6PcpQ7MeiTcWiKToWC96UDu82bgQ+e46bp9nzH3S/5in2n6QVOnuo9vrNIT" +
        "BK6608YcX5g1UlV1wiIoWl1QOgD/alpCaMzZ1AoSqtWHHO6iwC3cxdf2MQFMFSj/KamZB1kVilOjnaYJkb7DNw0g+oWg0r9fOmbwJXgq9TVTfQ58/BmsOojztSdyBXlIGU6Yv29yBIiK" +
        "1RLeegkDaaIbhcnJS4Omr6TCGLqZiEY4asw4KBtGzM7kju9IDFHInYlxS9KjJYeXvpYfVmIDE4rQAAAAAAHTA5cGAAAjZUU0qAAK/AIAAAAAAFla");
}

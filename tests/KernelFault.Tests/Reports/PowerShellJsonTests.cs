using KernelFault.Memory;
using KernelFault.Reports;

namespace KernelFault.Tests.Reports;

// That this is what PowerShell writes, tests/Json.Tests.ps1 proves; here is what must not change where there is none.
public class PowerShellJsonTests
{
    [Fact]
    public void WritesPropertiesInOrderWithTwoSpaces()
    {
        string json = PowerShellJson.Write(new { Name = "a\"b\\c\u001b", Address = new VirtualAddress(1), None = (string?)null, Items = new[] { 1, 2 }, Empty = Array.Empty<int>(), Sure = 1.0 });

        Assert.Equal(
            """
            {
              "Name": "a\"b\\c\u001b",
              "Address": {
                "Hex": "0x0000000000000001"
              },
              "None": null,
              "Items": [
                1,
                2
              ],
              "Empty": [],
              "Sure": 1.0
            }
            """.ReplaceLineEndings(),
            json);
    }

    [Fact]
    public void WritesWideEnumerationsByNameAndTimesRoundTrip()
    {
        Assert.Equal("\"X64\"", PowerShellJson.Write(KernelFault.Dumps.Architecture.X64));
        Assert.Equal("\"2026-11-21T07:05:03.5Z\"", PowerShellJson.Write(new DateTime(2026, 11, 21, 7, 5, 3, 500, DateTimeKind.Utc)));
    }
}

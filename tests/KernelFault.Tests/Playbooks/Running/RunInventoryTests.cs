using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>Machines in a file.</summary>
public class RunInventoryTests
{
    [Fact]
    public void AMachineHasItsOwnVariablesAndThoseOfItsGroups()
    {
        RunInventory inventory = Read("""
            hosts:
              web1: { room: 7 }
              db1:
            groups:
              web: { hosts: [web1, web2], variables: { room: 1, ring: slow } }
              all: { hosts: [web1, web2, db1] }
            """);

        Assert.Equal(["web1", "db1", "web2"], inventory.Select([]).Select(host => host.Name));
        InventoryHost[] web = [.. inventory.Select(["web"])];
        Assert.Equal(["web1", "web2"], web.Select(host => host.Name));
        Assert.Equal(7L, web[0].Variables["room"]);
        Assert.Equal("slow", web[0].Variables["ring"]);
        Assert.Equal(1L, web[1].Variables["room"]);
        Assert.Contains("web, all", Assert.Throws<PlaybookException>(() => inventory.Select(["db"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonIsReadToo() => Assert.Equal("a", Assert.Single(Read("""{ "hosts": { "a": { "room": "x" } } }""").Select([])).Name);

    [Theory]
    [InlineData("hosts: [a]")]
    [InlineData("machines: {}")]
    [InlineData("hosts: { a: 1 }")]
    [InlineData("groups: { web: { hosts: [{ a: 1 }] } }")]
    [InlineData("hosts: !!python/object:os.system { a: 1 }")]
    [InlineData("\0")]
    public void WhatIsNoInventoryIsRefused(string text) => Assert.ThrowsAny<PlaybookException>(() => Read(text));

    private static RunInventory Read(string text) => RunInventory.Read(Encoding.UTF8.GetBytes(text), "machines.yaml");
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Formats;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Drivers.Risk;

public sealed class BlocklistCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlocklistCache _cache;

    public BlocklistCacheTests() => _cache = new BlocklistCache(Path.Combine(_folder.Path, "lists"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keeps_one_list_of_each_kind()
    {
        using var first = new TemporaryFile(Encoding.UTF8.GetBytes(Lists.LolDrivers));
        using var second = new TemporaryFile(Encoding.UTF8.GetBytes(Lists.Policy));

        _cache.Store(first.Path);
        _cache.Store(second.Path);
        _cache.Store(first.Path);

        Assert.Equal([BlocklistKind.LolDrivers, BlocklistKind.AppControlPolicy], _cache.Files().Select(file => DriverBlocklist.Read(file).Kind));
        Assert.Equal(2, Directory.GetFiles(_cache.Folder).Length);
    }

    [Fact]
    public void A_file_that_is_no_list_leaves_the_old_one()
    {
        using var good = new TemporaryFile(Encoding.UTF8.GetBytes(Lists.LolDrivers));
        using var bad = new TemporaryFile("[{"u8);
        _cache.Store(good.Path);

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _cache.Store(bad.Path));

        Assert.Contains(bad.Path, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, DriverBlocklist.Read(Assert.Single(_cache.Files())).HashCount);
    }

    [Fact]
    public void A_folder_that_is_not_there_holds_no_lists() => Assert.Empty(_cache.Files());

    [Fact]
    public void Fetches_a_list_over_a_redirection()
    {
        using var server = new Server(path => path == "/list" ? Ok(Lists.LolDrivers) : "HTTP/1.1 302 Found\r\nLocation: /list\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        DriverBlocklist list = new BlocklistDownload(_cache).Fetch(server.Address("/start"));

        Assert.Equal((2L, _cache.Files()[0]), (list.HashCount, list.Path));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://example.org/x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "not followed")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "not followed")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "not followed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n[", "")]
    public void What_does_not_come_whole_is_an_error_and_leaves_nothing(string answer, string expected)
    {
        using var server = new Server(_ => answer);

        IOException error = Assert.ThrowsAny<IOException>(() => new BlocklistDownload(_cache).Fetch(server.Address("/list")));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cache.Folder));
    }

    [Fact]
    public void A_page_that_is_no_list_is_named_by_its_address()
    {
        using var server = new Server(_ => Ok("<html></html>"));

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => new BlocklistDownload(_cache).Fetch(server.Address("/list")));

        Assert.Contains(server.Address("/list").ToString(), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cache.Folder));
    }

    [Fact]
    public void A_server_that_says_nothing_is_given_up()
    {
        using var server = new Server(_ => null);

        IOException error = Assert.ThrowsAny<IOException>(() => new BlocklistDownload(_cache, timeLimitSeconds: 1).Fetch(server.Address("/list")));

        Assert.Contains("within 1 seconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_a_download_at_once()
    {
        using var server = new Server(_ => null);
        using var cancellation = new CancellationTokenSource(200);

        Assert.ThrowsAny<OperationCanceledException>(() => new BlocklistDownload(_cache).Fetch(server.Address("/list"), cancellation.Token));

        Assert.Empty(Directory.GetFiles(_cache.Folder));
    }

    [Theory]
    [InlineData("https://example.org/a", true)]
    [InlineData("http://127.0.0.1:1/a", true)]
    [InlineData("http://localhost/a", true)]
    [InlineData("http://example.org/a", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("ftp://example.org/a", false)]
    public void Only_encrypted_addresses_are_asked(string address, bool allowed)
    {
        Assert.Equal(allowed, BlocklistDownload.IsAllowed(new Uri(address)));
        if (!allowed)
        {
            Assert.Throws<ArgumentException>(() => new BlocklistDownload(_cache).Fetch(new Uri(address)));
        }
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    // Answers each connection by the path of its request; null keeps it waiting.
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _clients = [];

        internal Server(Func<string, string?> answer)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    TcpClient client = await _listener.AcceptTcpClientAsync();
                    _clients.Add(client);
                    NetworkStream stream = client.GetStream();
                    byte[] request = new byte[8192];
                    int length = await stream.ReadAsync(request);
                    if (answer(Encoding.ASCII.GetString(request, 0, length).Split(' ')[1]) is { } text)
                    {
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
                        client.Dispose();
                    }
                }
            });
        }

        public void Dispose()
        {
            _listener.Dispose();
            _clients.ForEach(client => client.Dispose());
        }

        internal Uri Address(string path) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}");
    }
}

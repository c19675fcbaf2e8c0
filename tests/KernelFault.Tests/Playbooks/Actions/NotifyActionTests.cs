using System.Net;
using System.Net.Sockets;
using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using static KernelFault.Tests.Playbooks.Actions.LinuxActing;

namespace KernelFault.Tests.Playbooks.Actions;

public sealed class NotifyActionTests
{
    [Fact]
    public async Task Tells_a_webhook_and_tries_again_while_it_is_busy()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        Task<string[]> served = Serve(server, "503 Busy", "200 OK");
        using RecordedHost host = Host();

        (HostPlan<ActionResult> plan, ActionResult result) = Send(server, host, ("message", "It is \"done\"."), ("body", PlaybookValue.Map(("run", 7))), ("header", PlaybookValue.Map(("Authorization", "Bearer s3cret"))));

        string[] requests = await served;
        Assert.Equal((200L, 2L, null), ((long)result.Outputs["status"]!, (long)result.Outputs["attempts"]!, result.Failure));
        Assert.Contains("Authorization: Bearer s3cret", requests[1]);
        Assert.Contains("Content-Type: application/json", requests[1]);
        Assert.Contains("\"run\":7", requests[1]);
        Assert.Contains("\"computer\":\"db2\"", requests[1]);
        Assert.All([.. plan.Steps, result.Summary], text =>
        {
            Assert.DoesNotContain("s3cret", text);
            Assert.DoesNotContain("token", text);
        });
        Assert.Empty(host.Calls);
    }

    [Theory]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/other", 302L)]
    [InlineData("403 Forbidden", 403L)]
    public async Task A_redirection_and_a_refusal_are_failures_that_are_not_tried_again(string answer, long status)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        Task<string[]> served = Serve(server, answer);
        using RecordedHost host = Host();

        (_, ActionResult result) = Send(server, host, ("header", PlaybookValue.Map(("X-Key", "s3cret"))));

        await served;
        Assert.Equal((status, 1L), ((long)result.Outputs["status"]!, (long)result.Outputs["attempts"]!));
        Assert.NotNull(result.Failure);
        Assert.DoesNotContain("s3cret", result.Failure);
    }

    [Fact]
    public void An_address_that_does_not_answer_is_a_failure_after_some_tries()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        int port = ((IPEndPoint)server.LocalEndpoint).Port;
        server.Stop();
        using RecordedHost host = Host();

        ActionResult result = Do(new NotifyAction(TimeSpan.FromMilliseconds(1)).Plan(Context("notify", host, ("url", $"http://localhost:{port}/"), ("retries", 2)), default));

        Assert.Equal((null, 3L), (result.Outputs["status"], (long)result.Outputs["attempts"]!));
        Assert.NotNull(result.Failure);
    }

    [Theory]
    [InlineData("http://example.com/hook-s3cret")]
    [InlineData("file:///etc/s3cret")]
    [InlineData("https://user:s3cret@example.com/")]
    [InlineData("s3cret")]
    public void Other_addresses_are_refused_and_not_told(string url)
    {
        using RecordedHost host = Host();

        PlaybookException error = Assert.Throws<PlaybookException>(() => Plan("notify", host, ("url", url)));

        Assert.DoesNotContain("s3cret", error.Message);
    }

    [Theory]
    [InlineData("X-Key", "a\r\nHost: b")]
    [InlineData("X Key", "a")]
    [InlineData("", "a")]
    public void Headers_that_would_be_two_are_refused(string name, string value)
    {
        using RecordedHost host = Host();

        Assert.Throws<PlaybookException>(() => Plan("notify", host, ("url", "https://example.com/"), ("header", PlaybookValue.Map((name, value)))));
    }

    private static (HostPlan<ActionResult> Plan, ActionResult Result) Send(TcpListener server, RecordedHost host, params (string Name, object? Value)[] inputs)
    {
        string url = $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/hook/token";
        HostPlan<ActionResult> plan = new NotifyAction(TimeSpan.FromMilliseconds(1)).Plan(Context("notify", host, [("url", url), .. inputs]), default);
        return (plan, Checked("notify", Do(plan)));
    }

    // One answer a connection, then it is closed.
    private static Task<string[]> Serve(TcpListener server, params string[] answers)
    {
        server.Start();
        return Task.Run(async () =>
        {
            var requests = new List<string>();
            foreach (string answer in answers)
            {
                using TcpClient client = await server.AcceptTcpClientAsync();
                await using NetworkStream stream = client.GetStream();
                var text = new StringBuilder();
                byte[] buffer = new byte[4096];
                while (!IsWhole(text.ToString()) && await stream.ReadAsync(buffer) is > 0 and var count)
                {
                    text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                }

                requests.Add(text.ToString());
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }

            return requests.ToArray();
        });
    }

    private static bool IsWhole(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end >= 0 && request[(end + 4)..].EndsWith('}');
    }
}

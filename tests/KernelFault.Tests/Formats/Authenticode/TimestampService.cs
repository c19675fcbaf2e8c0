using System.Formats.Asn1;
using System.Net;
using System.Text;

namespace KernelFault.Tests.Formats.Authenticode;

/// <summary>A timestamping service on this machine, both kinds: openssl makes the answers.</summary>
internal sealed class TimestampService : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;

    internal TimestampService(string folder)
    {
        _folder = folder;
        for (int port = 20_000 + (Environment.ProcessId % 20_000); ; port++)
        {
            Address = $"http://127.0.0.1:{port}/";
            try
            {
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add(Address);
                _listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // Taken: the next one.
            }
        }

        _ = Task.Run(AnswerAsync);
    }

    internal string Address { get; }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        HttpListenerContext context = await _listener.GetContextAsync();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        bool isToken = context.Request.ContentType == "application/timestamp-query";
        byte[] answer = isToken ? Token(body.ToArray()) : Countersignature(body.ToArray());
        context.Response.ContentType = isToken ? "application/timestamp-reply" : "application/octet-stream";
        context.Response.ContentLength64 = answer.Length;
        await context.Response.OutputStream.WriteAsync(answer);
        context.Response.Close();
    }

    private byte[] Token(byte[] query)
    {
        File.WriteAllBytes(Path.Combine(_folder, "query"), query);
        ExternalProgram.Run(_folder, "openssl", "ts", "-reply", "-config", "authority.cnf", "-queryfile", "query", "-out", "reply");
        return File.ReadAllBytes(Path.Combine(_folder, "reply"));
    }

    // The request: SEQUENCE { id, SEQUENCE { id of data, [0] OCTET STRING with the signature } } in Base64; so is the answer.
    private byte[] Countersignature(byte[] request)
    {
        AsnReader content = new AsnReader(Convert.FromBase64String(Encoding.ASCII.GetString(request)), AsnEncodingRules.BER).ReadSequence();
        content.ReadObjectIdentifier();
        AsnReader data = content.ReadSequence();
        data.ReadObjectIdentifier();
        byte[] signature = data.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadOctetString();
        File.WriteAllBytes(Path.Combine(_folder, "stamped"), signature);
        ExternalProgram.Run(_folder, "openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-signer", "stamp.pem", "-inkey", "stamp.key", "-md", "sha256", "-in", "stamped", "-out", "stamp");
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(File.ReadAllBytes(Path.Combine(_folder, "stamp"))));
    }
}

using System.Buffers;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A <c>multipart/form-data</c> body. Not the platform's class, which does not quote names, and because parts must reach the server byte for byte.
/// </summary>
internal sealed class MultipartForm
{
    private readonly string _boundary = $"realtime-{Guid.NewGuid():N}";
    private readonly ArrayBufferWriter<byte> _body = new();

    public string ContentType => $"multipart/form-data; boundary={_boundary}";

    public void Add(string name, string contentType, ReadOnlySpan<byte> content)
    {
        Write($"--{_boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {contentType}\r\n\r\n");
        _body.Write(content);
        Write("\r\n");
    }

    /// <summary>Ends the body and returns it. Nothing can be added afterwards.</summary>
    public byte[] ToArray()
    {
        Write($"--{_boundary}--\r\n");
        return _body.WrittenSpan.ToArray();
    }

    private void Write(string text) => Encoding.ASCII.GetBytes(text, _body);
}

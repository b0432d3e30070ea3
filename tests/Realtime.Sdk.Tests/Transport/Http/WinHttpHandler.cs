namespace System.Net.Http;

/// <summary>Stands for the handler of the package of that name, which follows redirects by default and runs on Windows only.</summary>
internal sealed class WinHttpHandler : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The loopback server in a separate process, and its certificate, which this process trusts.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ServerProcess(Process process, string folder, string ports)
    {
        (_process, _folder) = (process, folder);
        var parts = ports.Split(' ');
        Plain = new($"http://127.0.0.1:{parts[0]}/v1");
        Tls = new($"https://localhost:{parts[1]}/v1");
    }

    public Uri Plain { get; }

    public Uri Tls { get; }

    public static async Task<ServerProcess> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("realtime-benchmarks-").FullName;
        var pfx = MakeCertificate(folder);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["server", pfx]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        return new(process, folder, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start."));
    }

    /// <summary>Returns the traffic of relayed sessions so far.</summary>
    public async Task<TrafficCount> TrafficAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        return TrafficCount.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server has exited."));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string MakeCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(67));
        var (pem, pfx) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.pfx"));
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.WriteAllBytes(pfx, certificate.Export(X509ContentType.Pkcs12));
        // The certificate store reads the environment of the C library, which Environment.SetEnvironmentVariable does not change.
        if (OperatingSystem.IsLinux() && SetEnvironment("SSL_CERT_FILE", pem, 1) != 0)
            throw new InvalidOperationException("The environment variable of the certificate could not be set.");
        return pfx;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}

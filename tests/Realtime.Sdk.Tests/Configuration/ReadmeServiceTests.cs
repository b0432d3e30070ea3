using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Sdk.Tests.Conventions;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>The section "In a service" of the README: its code stands here and runs with the configuration shown there.</summary>
public sealed partial class ReadmeServiceTests
{
    private static readonly string Section = ServiceSection().Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Value;

    [Fact]
    public async Task Its_code_runs_with_its_configuration()
    {
        var content = Directory.CreateTempSubdirectory("realtime");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Wire", "Payloads", "configuration.realtime.json"), Path.Combine(content.FullName, "sales.json"));
        var builder = Builder(content.FullName);

        Register(builder);
        using var host = builder.Build();
        await host.StartAsync().WithTimeout();

        host.Services.GetRequiredService<RealtimeClient>().Options.BaseUrl.Host.Should().Be("api.openai.com");
        host.Services.GetRequiredKeyedService<SessionConfiguration>("support").Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().NotBeNull();
        host.Services.GetRequiredKeyedService<SessionConfiguration>("sales").Should().BeOfType<RealtimeSessionConfiguration>().Which.Model.Should().NotBeNull();
        content.Delete(recursive: true);
    }

    [Fact]
    public async Task Its_credential_comes_from_services()
    {
        var builder = Builder();
        builder.Configuration["Realtime:ApiKey"] = null;
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));

        RegisterCredential(builder);
        using var host = builder.Build();
        await host.StartAsync().WithTimeout();

        host.Services.GetRequiredService<RealtimeClient>().Options.Credential.Should().NotBeNull();
    }

    [Fact]
    public void Its_code_is_the_code_of_this_file()
    {
        var source = WhiteSpace().Replace(File.ReadAllText(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Configuration/ReadmeServiceTests.cs")), " ");

        var blocks = CSharp().Matches(Section).Select(match => match.Groups[1].Value).ToArray();

        blocks.Should().HaveCount(2);
        blocks.Should().OnlyContain(block => source.Contains(WhiteSpace().Replace(block, " ").Trim(), StringComparison.Ordinal));
    }

    private static HostApplicationBuilder Builder(string? content = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = content });
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Json().Match(Section).Groups[1].Value)));
        return builder;
    }

    private static void Register(HostApplicationBuilder builder)
    {
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
        builder.Services.AddRealtimeSession("support", builder.Configuration.GetSection("Sessions:Support"));
        builder.Services.AddRealtimeSession("sales", new FileInfo(Path.Combine(builder.Environment.ContentRootPath, "sales.json")));
    }

    private static void RegisterCredential(HostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TokenCredential>(new DefaultAzureCredential());
        builder.Services.AddOptions<RealtimeClientOptions>().Configure<TokenCredential>((options, entra) =>
        {
            var scope = new TokenRequestContext(["https://cognitiveservices.azure.com/.default"]);
            options.Credential = RealtimeCredential.FromTokenProvider(async token => (await entra.GetTokenAsync(scope, token)).Token);
        });
    }

    [GeneratedRegex("## In a service\n.*?(?=\n## )", RegexOptions.Singleline)]
    private static partial Regex ServiceSection();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    /// <summary>What the package Azure.Identity has under these names, which is not worth a dependency of the tests.</summary>
    private abstract class TokenCredential
    {
        public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(new AccessToken(context.Scopes[0]));
        }
    }

    private sealed class DefaultAzureCredential : TokenCredential;

    private sealed record TokenRequestContext(string[] Scopes);

    private sealed record AccessToken(string Token);
}

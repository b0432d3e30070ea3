using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The code of the questions and answers. That it is the code of this file, and its contents, are checked by <see cref="GuideTests"/>.</summary>
public sealed class FaqTests
{
    [Fact]
    public async Task A_client_that_is_replaced_in_dependency_injection()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soup").Says("Tomatoes, basil and cream.");
        using var client = emulator.CreateClient();
        var services = new ServiceCollection();
        services.AddRealtimeClient(options => options.ApiKey = "sk-of-production");

        services.AddSingleton(emulator.CreateClient());

        await using var provider = services.BuildServiceProvider();
        await using var conversation = await provider.GetRequiredService<RealtimeClient>()
            .StartConversationAsync(new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2", OutputModalities = [OutputModality.Text] } }).WithTimeout();
        (await conversation.AskAsync("What is in the soup?").WithTimeout()).Text.Should().Be("Tomatoes, basil and cream.");
    }

    [Fact]
    public async Task A_key_that_changes_is_used_from_the_next_request_on()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var vault = new Vault { Key = "sk-of-yesterday" };
        var services = new ServiceCollection();

        services.AddRealtimeClient(options => options.Credential = RealtimeCredential.FromTokenProvider(async token => await vault.ReadKeyAsync(token)));
        services.AddOptions<RealtimeClientOptions>().Configure(options => options.BaseUrl = emulator.BaseUrl);

        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<RealtimeClient>();
        var create = () => client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2" }).WithTimeout();
        (await create.Should().ThrowAsync<RealtimeApiException>()).Which.Kind.Should().Be(RealtimeApiErrorKind.Authentication);
        vault.Key = emulator.ApiKey;
        (await create()).Value.Should().StartWith("ek_");
    }

    private sealed class Vault
    {
        public string Key { get; set; } = "";

        public ValueTask<string> ReadKeyAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Key);
    }
}

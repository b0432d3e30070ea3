using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using RichardSzalay.MockHttp;

namespace Realtime.Sdk.Tests;

public sealed class RealtimeClientConcurrencyTests
{
    [Fact]
    public async Task A_thousand_secrets_at_once_come_from_one_client()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var tokens = new ConcurrentBag<int>();
        var next = 0;
        using var client = emulator.CreateClient(options =>
        {
            options.ApiKey = null;
            options.Credential = RealtimeCredential.FromTokenProvider(async token =>
            {
                await Task.Yield();
                tokens.Add(Interlocked.Increment(ref next));
                return emulator.ApiKey;
            });
        });

        var secrets = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i =>
            client.CreateClientSecretAsync(new ClientSecretRequest { SafetyIdentifier = $"user-{i}" }))).WaitAsync(TimeSpan.FromMinutes(1));

        secrets.Select(secret => secret.Value).Should().OnlyHaveUniqueItems().And.HaveCount(1000);
        tokens.Should().HaveCount(1000);
        emulator.Requests.Select(request => request.Headers["OpenAI-Safety-Identifier"]).Should().OnlyHaveUniqueItems().And.HaveCount(1000);
    }

    [Fact]
    public async Task Requests_under_way_end_when_the_client_is_disposed()
    {
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.Infinite, token));
        var client = new RealtimeClient(new RealtimeClientOptions { ApiKey = "sk-1", BaseUrl = server.BaseUrl });

        var creates = Enumerable.Range(0, 20).Select(_ => client.CreateClientSecretAsync(new ClientSecretRequest())).ToArray();
        await server.Received.WithTimeout();
        Parallel.For(0, 8, _ => client.Dispose());

        foreach (var create in creates)
            await ((Func<Task>)(() => create.WithTimeout())).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Cancellation_ends_a_wait_between_attempts_without_time_passing()
    {
        var time = new FakeTimeProvider();
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var handler = new MockHttpMessageHandler();
        handler.When("*").Respond(_ =>
        {
            refused.TrySetResult();
            var answer = Answers.Error(429);
            answer.Headers.TryAddWithoutValidation("Retry-After", "20");
            return answer;
        });
        using var client = new RealtimeClient(handler, new RealtimeClientOptions { ApiKey = "sk-1", TimeProvider = time });
        using var cancellation = new CancellationTokenSource();

        var create = client.CreateClientSecretAsync(new ClientSecretRequest(), cancellation.Token);
        await refused.Task.WithTimeout();
        await cancellation.CancelAsync();

        var error = (await ((Func<Task>)(() => create.WithTimeout())).Should().ThrowAsync<OperationCanceledException>()).Which;
        error.CancellationToken.Should().Be(cancellation.Token);
    }

    [Fact]
    public async Task The_pipeline_is_built_on_first_need()
    {
        using var handler = new MockHttpMessageHandler();
        var answers = new Queue<HttpResponseMessage>([Answers.Secret(), Answers.Error(401), Answers.Error(503), Answers.Secret()]);
        handler.When("*").Respond(_ => answers.Dequeue());
        using var client = new RealtimeClient(handler, new RealtimeClientOptions { ApiKey = "sk-1", Randomizer = () => 0 });
        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        await create();
        await create.Should().ThrowAsync<RealtimeApiException>();
        client.Http.HasRetried.Should().BeFalse("nothing had to be repeated yet");
        await create();

        client.Http.HasRetried.Should().BeTrue();
        answers.Should().BeEmpty();
    }

    [Fact]
    public async Task The_timeout_of_a_brought_HttpClient_is_told_apart()
    {
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.Infinite, token));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMilliseconds(50) };
        using var client = new RealtimeClient(http, new RealtimeClientOptions { ApiKey = "sk-1", BaseUrl = server.BaseUrl, MaxRetries = 0, HttpClientFollowsNoRedirects = true });

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        var error = (await create.Should().ThrowAsync<RealtimeTimeoutException>()).Which;
        error.Deadline.Should().Be(RealtimeDeadline.HttpClient);
        error.Timeout.Should().Be(TimeSpan.FromMilliseconds(50));
    }
}

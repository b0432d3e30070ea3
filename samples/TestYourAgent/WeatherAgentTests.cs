using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk;
using Realtime.Sdk.Testing;
using Xunit;

namespace TestYourAgent;

/// <summary>The tests of the app. Each has its own server, needs no key, costs nothing and does not wait for the clock.</summary>
public sealed class WeatherAgentTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20));
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;
    private WeatherAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _clock });
        _client = _emulator.CreateClient();
        _agent = new(_client, city => $"sunny in {city}", _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _client.Dispose();
        await _emulator.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task The_forecast_is_asked_for_and_passed_on()
    {
        // Nothing is scripted: the emulator's model calls the function whose name resembles a word of the question.
        var answer = await _agent.AskAsync("What is the weather in Lisbon?", _limit.Token);

        Assert.Contains("sunny in Lisbon", answer, StringComparison.Ordinal);
        Assert.Empty(_emulator.Violations);
    }

    [Fact]
    public async Task A_silent_model_is_given_ten_seconds()
    {
        _emulator.OnConnect(StaySilentAsync);

        var answer = _agent.AskAsync("What is the weather in Lisbon?", _limit.Token);
        await (await _emulator.WhenConnectedAsync(cancellationToken: _limit.Token)).WhenReceivedAsync<ResponseCreateEvent>(cancellationToken: _limit.Token);
        _clock.Advance(WeatherAgent.Timeout);

        Assert.Equal(WeatherAgent.Apology, await answer);
    }

    [Fact]
    public async Task After_a_broken_line_the_next_question_has_a_new_session()
    {
        _emulator.OnNextConnect(BreakAsync);

        var first = await _agent.AskAsync("What is the weather in Lisbon?", _limit.Token);
        var second = await _agent.AskAsync("What is the weather in Porto?", _limit.Token);

        Assert.Equal(WeatherAgent.Apology, first);
        Assert.Contains("sunny in Porto", second, StringComparison.Ordinal);
        Assert.Equal(2, _emulator.Sessions.Count);
    }

    private static async Task StaySilentAsync(EmulatorSession session)
    {
        await session.SendSessionCreatedAsync();
        await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
    }

    private static async Task BreakAsync(EmulatorSession session)
    {
        await StaySilentAsync(session);
        await session.SkipToAsync<ResponseCreateEvent>();
        session.End(ConnectionFailure.Reset);
    }
}

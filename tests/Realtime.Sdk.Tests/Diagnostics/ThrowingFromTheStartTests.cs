using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.Loader;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>Listeners that are there before the SDK is. What they throw while its sources are created must not end every use of it.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ThrowingFromTheStartTests
{
    private const string Source = "Realtime.Sdk";

    [Theory]
    [InlineData("meter")]
    [InlineData("source")]
    public async Task A_listener_that_throws_while_the_sdk_is_loaded_does_not_keep_it_from_working(string throwing)
    {
        var (armed, told) = (false, 0);
        using var activities = new ActivityListener { ShouldListenTo = source => Told(source.Name, "source") };
        using var meters = new MeterListener { InstrumentPublished = (instrument, _) => Told(instrument.Meter.Name, "meter") };
        ActivitySource.AddActivityListener(activities);
        meters.Start();
        await using var emulator = await RealtimeEmulator.StartAsync();
        armed = true;

        // A second copy of the SDK, whose static members are initialized now.
        var copy = new AssemblyLoadContext("copy", isCollectible: true).LoadFromAssemblyPath(typeof(RealtimeClient).Assembly.Location);
        dynamic options = Activator.CreateInstance(copy.GetType(typeof(RealtimeClientOptions).FullName!)!)!;
        (options.ApiKey, options.BaseUrl) = (emulator.ApiKey, emulator.BaseUrl);
        using var client = (IDisposable)Activator.CreateInstance(copy.GetType(typeof(RealtimeClient).FullName!)!, (object)options)!;
        dynamic request = Activator.CreateInstance(copy.GetType(typeof(ClientSecretRequest).FullName!)!)!;
        await ((Task)((dynamic)client).CreateClientSecretAsync(request)).WithTimeout();
        var connecting = (Task)((dynamic)client).ConnectAsync("gpt-realtime");
        await connecting.WithTimeout();
        await ((IAsyncDisposable)((dynamic)connecting).Result).DisposeAsync().WithTimeout();

        told.Should().BePositive();
        await emulator.Sessions[0].Completion.WithTimeout();

        bool Told(string name, string what)
        {
            if (!armed || name != Source || what != throwing)
                return false;
            told++;
            throw new InvalidOperationException(what);
        }
    }
}

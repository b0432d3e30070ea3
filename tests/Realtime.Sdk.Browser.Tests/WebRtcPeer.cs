using System.Text;
using Microsoft.Playwright;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>The WebRTC stack of the emulator: a second page, which answers the offers of the first one. It passes audio and events between the call and the emulator.</summary>
internal sealed class WebRtcPeer
{
    private static readonly string Pages = Path.Combine(AppContext.BaseDirectory, "Pages");

    private readonly IPage _page;
    private readonly TaskCompletionSource<string> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EmulatedCallMedia? _media;

    private WebRtcPeer(IPage page) => _page = page;

    /// <summary>The label of the data channel that the page has opened.</summary>
    public Task<string> ChannelLabel => _opened.Task;

    /// <summary>Completes when the call has ended at the emulator.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Opens the page in a context of its own, and lets it answer the offers that the emulator gets.</summary>
    public static async Task<WebRtcPeer> StartAsync(RealtimeEmulator emulator, Visit visit)
    {
        var page = await visit.Browser.NewPageAsync(new() { BypassCSP = true }).WithTimeout();
        var peer = new WebRtcPeer(page);
        await page.ExposeFunctionAsync<string, bool>("heard", peer.Hear);
        await page.ExposeFunctionAsync<string, bool>("received", peer.Receive);
        await page.ExposeFunctionAsync<string, bool>("opened", peer.Open);

        // On the origin of the sample, whose audio modules it uses.
        await page.RouteAsync("**/peer.*", route => route.FulfillAsync(new() { Path = Path.Combine(Pages, Path.GetFileName(new Uri(route.Request.Url).LocalPath)) }));
        await page.GotoAsync(new Uri(visit.Server.Address, "peer.html").ToString()).WithTimeout();
        await page.WaitForFunctionAsync("globalThis.isReady").WithTimeout();
        // Without a click, the browser lets a page play no audio.
        await page.Mouse.ClickAsync(1, 1);
        await page.EvaluateAsync("context.resume()").WithTimeout();
        emulator.OnOffer((offer, _) => peer.AnswerAsync(offer));
        return peer;
    }

    private async Task<string> AnswerAsync(EmulatedOffer offer)
    {
        var answer = await _page.EvaluateAsync<string>("sdp => answer(sdp)", offer.Sdp);
        _media = offer.Media;
        _ = PlayAsync(offer.Media);
        return answer;
    }

    private bool Hear(string audio) => Pass(media => media.AppendInput(Convert.FromBase64String(audio)));

    private bool Receive(string message) => Pass(media => media.SendEvent(Encoding.UTF8.GetBytes(message)));

    private bool Open(string label)
    {
        _ = SendEventsAsync(_media!);
        return _opened.TrySetResult(label);
    }

    private bool Pass(Action<EmulatedCallMedia> pass)
    {
        try
        {
            pass(_media!);
            return true;
        }
        catch (EmulatorSessionEndedException)
        {
            return false;
        }
    }

    private async Task PlayAsync(EmulatedCallMedia media)
    {
        await foreach (var frame in media.ReadOutputAsync())
            await _page.EvaluateAsync("audio => say(audio)", Convert.ToBase64String(frame.Audio.Span));
    }

    private async Task SendEventsAsync(EmulatedCallMedia media)
    {
        await foreach (var message in media.ReadEventsAsync())
            await _page.EvaluateAsync("event => send(event)", Encoding.UTF8.GetString(message.Span));
        _ended.TrySetResult();
        await _page.EvaluateAsync("close()");
    }
}

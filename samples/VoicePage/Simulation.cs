using Realtime.Sdk.Testing;

namespace VoicePage;

/// <summary>The service, simulated. It notices that the guest speaks, but does not understand speech: each spoken turn is the next line of a script.</summary>
internal static class Simulation
{
    public static async Task<RealtimeEmulator> StartAsync()
    {
        // Without a history, its memory is bounded, regardless of how long the page is used.
        var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false, Model = new() { Pace = EmulatorPace.Service } });
        emulator.OnConnect(session =>
        {
            session.Model.Hears("What soups do you have today?", "Two tomato soups, please.", "Thank you!");
            return session.RunModelAsync();
        });

        // If several rules match, the newest is used.
        emulator.Model.When("").Says("This is the simulated waiter. You can ask for the soups of today, order two of them, and interrupt me while I speak.");
        emulator.Model.When("soup").Says("Today there is tomato soup with basil, and pumpkin soup with ginger. Both come with warm bread. Which one would you like?");
        emulator.Model.When("fish").Says("The fish of the day is cod, with potatoes and lemon.");
        emulator.Model.When("two").Calls("place_order", """{"dish":"tomato soup","count":2}""").Says("Two tomato soups. They will be with you in ten minutes.");
        emulator.Model.When("thank").Says("You are welcome. Enjoy your meal!");
        return emulator;
    }
}

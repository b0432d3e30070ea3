// One collection, so that one test runs at a time: the tests run in real time, and audio that has to wait for a processor would stutter.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

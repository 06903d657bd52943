using EwasteEpr.Messages;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.PublicRegister.Passport;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.DropOffs;

public static class DropOffServices
{
    /// <summary>Drop-offs, the counter with and without network, containers and passports.</summary>
    public static void AddTakeBack(this WebApplicationBuilder builder, Database database)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        var services = builder.Services;
        var isDemo = builder.Configuration.IsDemo(builder.Environment);
        services.AddSingleton<ITextGateway>(new FolderTextGateway(Path.Combine(database.Folder, "texts")));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TextMessages>(provider, isDemo));
        services.AddSingleton<Appliances>().AddSingleton<DropOffService>().AddSingleton<DropOffQueries>().AddSingleton<PhoneHolds>().AddSingleton<VoucherByPhone>().AddSingleton<PassportService>();
        services.AddSingleton<SerialChecks>().AddSingleton<SerialLists>().AddSingleton<ItemIntake>().AddSingleton<IntakeService>().AddSingleton<IntakeUndo>().AddSingleton<ShiftService>().AddSingleton<CounterDesk>();
        services.AddSingleton<IntakePhotos>().AddSingleton<DataSlips>().AddSingleton<ContainerService>();
        services.AddSingleton<DemoTakeBackTools>().AddSingleton<DemoTakeBack>().AddSingleton<DemoPassports>();
        services.AddScoped<EwasteEpr.Web.Features.Counter.CounterReferences>();
        services.AddSingleton<PointEventEffects>().AddSingleton<PointEventService>().AddSingleton<OfflineReleases>().AddSingleton<LostRecords>();
    }
}

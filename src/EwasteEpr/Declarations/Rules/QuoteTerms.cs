using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>What lines are judged and priced by.</summary>
/// <param name="Today">In Asia/Almaty: dates after it are in the future. It is also the submission date.</param>
/// <param name="FixedDay">Stands for import and submission date of every line, whatever the line says.</param>
/// <param name="DefaultDay">For lines that name no date, where there is no fixed day.</param>
public sealed record QuoteTerms(EquipmentCatalogue Catalogue, TariffTable Tariffs, DateOnly Today, DateOnly? FixedDay, DateOnly DefaultDay);

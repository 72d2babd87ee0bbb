# How does R split patients into rows? survival::tmerge and survSplit, and Cox on such rows.
# Rscript tests/outcomes/golden/rows.R, from anywhere; writes rows_*.csv beside itself.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

# Heart transplants of Stanford: at risk from day 0 on, day 0 included (tstart = -1).
jasa <- survival::jasa
jasa$subject <- seq_len(nrow(jasa)) - 1L
base <- jasa[c("subject", "age", "surgery")]
heart <- tmerge(base, jasa, id = subject, tstart = rep(-1, nrow(jasa)), tstop = futime,
                death = event(futime, fustat), transplant = tdc(wait.time))
save_table(with(heart, data.frame(subject, start = tstart, stop = tstop, event = death,
                                  transplant)), "rows_jasa.csv")

# The same from day 0 on: who left on day 0 was never at risk.
later <- subset(jasa, futime > 0)
heart0 <- tmerge(later[c("subject", "age", "surgery")], later, id = subject, tstart = 0,
                 tstop = futime, death = event(futime, fustat), transplant = tdc(wait.time))
save_table(with(heart0, data.frame(subject, start = tstart, stop = tstop, event = death,
                                   transplant)), "rows_jasa0.csv")

# Myeloid leukaemia: remission, transplant and relapse, each for itself and as one state.
myeloid <- survival::myeloid
myeloid$subject <- myeloid$id - 1L
more <- tmerge(myeloid[c("subject", "trt")], myeloid, id = subject,
               tstart = rep(-1, nrow(myeloid)), tstop = futime,
               death = event(futime, death), transplant = tdc(txtime), remission = tdc(crtime),
               relapse = tdc(rltime))
stages <- rbind(data.frame(subject = myeloid$subject, day = myeloid$crtime, state = 1L),
                data.frame(subject = myeloid$subject, day = myeloid$txtime, state = 2L),
                data.frame(subject = myeloid$subject, day = myeloid$rltime, state = 3L))
stages <- subset(stages, !is.na(day))
more <- tmerge(more, stages, id = subject, state = tdc(day, state, 0L))
save_table(with(more, data.frame(subject, start = tstart, stop = tstop, event = death, transplant,
                                 remission, relapse, state)), "rows_myeloid.csv")

# Piecewise: the first month, the second and third, later.
veteran <- survival::veteran
veteran$subject <- seq_len(nrow(veteran)) - 1L
pieces <- survSplit(Surv(time, status) ~ ., data = veteran, cut = c(30, 90), zero = -1,
                    episode = "period", start = "start", end = "stop", event = "event")
save_table(pieces[c("subject", "start", "stop", "event", "period")], "rows_veteran.csv")

fits <- list()
add <- function(data, model, fit) for (term in names(coef(fit))) {
  fits[[length(fits) + 1]] <<- data.frame(
    data, model, term, coef = coef(fit)[[term]], se = sqrt(vcov(fit)[term, term]),
    loglik = fit$loglik[2], n = fit$n, events = fit$nevent)
}
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-16, iter.max = 50)
for (ties in c("efron", "breslow")) {
  add("jasa", ties, coxph(Surv(tstart, tstop, death) ~ transplant, heart, ties = ties,
                          control = tight))
  add("jasa adjusted", ties, coxph(Surv(tstart, tstop, death) ~ transplant + age + surgery, heart,
                                   ties = ties, control = tight))
  add("heart", ties, coxph(Surv(start, stop, event) ~ transplant, survival::heart, ties = ties,
                           control = tight))
  add("myeloid", ties, coxph(Surv(tstart, tstop, death) ~ transplant + remission + relapse, more,
                             ties = ties, control = tight))
  add("veteran", ties, coxph(Surv(start, stop, event) ~ karno + karno:I(period == 2) +
                               karno:I(period == 3), pieces, ties = ties, control = tight))
}
save_table(do.call(rbind, fits), "rows_cox.csv")
